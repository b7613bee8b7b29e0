"""Static files under names that hold their hash, so that browsers may keep them for ever; script modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PageFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites what one script module imports from another."""

    support_js_module_import_aggregation = True
