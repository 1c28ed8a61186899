#!/usr/bin/env bash
# PyJWT 2.15.1 with cryptography 50.0.2.
#
# PyJWKClient fetches the key set again for a kid that it does not know, but not within 30 seconds of the last fetch (since 2.14). Within
# that time a token of the newest key is refused with PyJWKClientError, as one of an invented key is.
#
# Why it matters: a key that signs as soon as it was made (after a leak, say) is refused by services for up to half a minute. Publish it
# that long before it signs, or construct the client with another `cooldown_duration`.
#
# Seen:
#   old key: found
#   new key, at once: PyJWKClientError
#   key sets served: 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyjwt==2.15.1 cryptography==50.0.2
cat > "$folder/run.py" <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

keys = {"old": ec.generate_private_key(ec.SECP256R1())}
served = []


class Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        served.append(self.path)
        jwks = [json.loads(ECAlgorithm.to_jwk(key.public_key())) | {"kid": kid} for kid, key in keys.items()]
        body = json.dumps({"keys": [jwk | {"use": "sig", "alg": "ES256"} for jwk in jwks]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def token(kid: str) -> str:
    return jwt.encode({"sub": "ada"}, keys[kid], algorithm="ES256", headers={"kid": kid})


def found(kid: str) -> str:
    try:
        client.get_signing_key_from_jwt(token(kid))
    except jwt.PyJWKClientError as failure:
        return type(failure).__name__
    return "found"


server = HTTPServer(("127.0.0.1", 0), Keys)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = jwt.PyJWKClient(f"http://127.0.0.1:{server.server_port}/")
print("old key:", found("old"))
keys["new"] = ec.generate_private_key(ec.SECP256R1())
print("new key, at once:", found("new"))
print("key sets served:", len(served))
PYTHON
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
old key: found
new key, at once: PyJWKClientError
key sets served: 1
SEEN
echo "as described"
