"""Sign-in with NHS CIS2 by OpenID Connect, where the environment configures it: tokens proved, claims judged, roles ours alone."""
