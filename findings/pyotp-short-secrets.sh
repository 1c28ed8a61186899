#!/usr/bin/env bash
# pyotp 2.11.2 and 2.12.1.
#
# Since 2.12.0 a secret of less than 112 bits is a ValueError when codes are made or checked, so that authenticators which
# were set up with one cannot be checked any more. Sixteen letters of base32, 80 bits, are what many systems hand out.
#
# Why it matters: an upgrade locks out those whose second factor was moved in from elsewhere; tests with new secrets of
# 160 bits stay green.
#
# Seen:
#   2.11.2: 80 bits: right code, 160 bits: right code
#   2.12.1: 80 bits: ValueError, 160 bits: right code
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/run.py" <<'PYTHON'
import sys

import pyotp


def checked(secret: str, code: str) -> str:
    try:
        return "right code" if pyotp.TOTP(secret).verify(code, for_time=1_700_000_000) else "wrong code"
    except ValueError as refusal:
        return type(refusal).__name__


# By RFC 6238 with SHA-1, six digits and 30 seconds, at 1,700,000,000 seconds.
SHORT, LONG = ("JBSWY3DPEHPK3PXP", "324550"), ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "406058")
print(f"{sys.argv[1]}: 80 bits: {checked(*SHORT)}, 160 bits: {checked(*LONG)}")
PYTHON
for version in 2.11.2 2.12.1; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "pyotp==$version"
  "$folder/$version/bin/python" "$folder/run.py" "$version"
done | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
2.11.2: 80 bits: right code, 160 bits: right code
2.12.1: 80 bits: ValueError, 160 bits: right code
SEEN
echo "as described"
