"""The entry for an ASGI server."""

from django.core.asgi import get_asgi_application

from pbc_web.config.bodies import LimitBodies

application = LimitBodies(get_asgi_application())
