"""The Content-Security-Policy of the site's pages, and the Trusted Types policy that goes with it.

No `unsafe-inline`, no `unsafe-eval`: the exported pages' inline scripts are named one by one by their SHA-256. Strings
cannot become scripts (`require-trusted-types-for`); the only script addresses that the page may make out of strings,
as Next's loader does, are those of the site's own chunks.
"""

from collections.abc import Iterable
from typing import Final

TRUSTED_TYPES_SCRIPT: Final = (
    "(function(){"
    "if(!window.trustedTypes)return;"
    'var home=location.origin+"/_next/static/";'
    'trustedTypes.createPolicy("default",{createScriptURL:function(address){'
    "return new URL(address,document.baseURI).href.startsWith(home)?address:null"
    "}})"
    "})()"
)
"""Runs first in every page: a `default` policy that takes script addresses under `/_next/static/` and nothing else."""


def page_policy(script_hashes: Iterable[str]) -> str:
    """The header's value for a page whose inline scripts have these hashes (`sha256-...`, base64)."""
    scripts = " ".join(["'self'", *(f"'{digest}'" for digest in script_hashes)])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            "worker-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types default",
        )
    )
