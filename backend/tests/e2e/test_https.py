"""The product behind https, as the world meets it: the cookies' names and flags, and what the browser makes of them."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cli.process import free_port
from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.product import running_on, somebody
from tests.e2e.relay import Relay
from tests.e2e.steps import fill, sees_dashboard, sees_login, visit
from tests.e2e.watch import Watch


def certificate(folder: Path) -> ssl.SSLContext:
    """A context with a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


async def test_behind_https_the_cookies_are_bound_to_the_host(
    arrive: Arrive, watch: Watch, cluster: Cluster, tmp_path: Path
) -> None:
    inside, outside = free_port(), free_port()
    origin = f"https://localhost:{outside}"
    relay = Relay(outside, lambda: asyncio.open_connection("127.0.0.1", inside), certificate(tmp_path))
    await relay.up()
    try:
        settings = {"DOORSTEP_PORT": str(inside), "DOORSTEP_PUBLIC_URL": origin}
        async with running_on(cluster, tmp_path, **settings) as product:
            person = somebody()
            context = await arrive(product, ignore_https_errors=True)
            page = await context.new_page()
            await visit(page, "/signup")
            await fill(page, person)
            await page.get_by_role("button", name="Create account").click()
            await sees_dashboard(page, person)
            await page.reload()
            await sees_dashboard(page, person)
            cookies = {cookie["name"]: cookie for cookie in await context.cookies()}
            name = f"__Host-doorstep-{urlsplit(origin).port}"
            assert set(cookies) == {name, f"{name}-device"}
            for cookie in cookies.values():
                assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
                assert (cookie["domain"], cookie["path"]) == ("localhost", "/")
            assert await page.evaluate("document.cookie") == ""
            await page.get_by_role("button", name="Log out").click()
            await sees_login(page)
            assert name not in {cookie["name"] for cookie in await context.cookies()}
            assert all(address.startswith(f"{origin}/") for address in watch.addresses)
            await context.close()
    finally:
        await relay.down()
