"""Static files under names that hold their hash, so that browsers may keep them for ever; script modules included."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PageFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites what one script module imports from another."""

    support_js_module_import_aggregation = True


class ServeStatic(WhiteNoiseMiddleware):
    """WhiteNoise, answering with whole files: an ASGI server would have to read a file's pieces in a thread each."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """This returns the file in the form the browser takes, compressed where it can be."""
        found = static_file.get_response(request.method, request.META)
        content = found.file.read() if found.file is not None else b""
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
