import json
import signal
import subprocess
import urllib.parse
import urllib.request

import pytest


@pytest.fixture(scope="session")
def ory():
    server = subprocess.Popen(
        ["node_modules/.bin/lapse-ory", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    yield json.loads(server.stdout.readline())
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=30) == 0


def ask(method, url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def test_a_client_gets_a_token_which_is_deleted(ory):
    client = {
        "client_id": "mail",
        "client_secret": "a secret",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    ask("POST", f"{ory['adminUrl']}/admin/clients", json.dumps(client).encode())
    form = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    token = ask(
        "POST", f"{ory['publicUrl']}/oauth2/token", urllib.parse.urlencode(form).encode()
    )["access_token"]

    def is_active():
        body = urllib.parse.urlencode({"token": token}).encode()
        return ask("POST", f"{ory['adminUrl']}/admin/oauth2/introspect", body)["active"]

    assert is_active()
    ask("DELETE", f"{ory['adminUrl']}/admin/oauth2/tokens?client_id=mail")
    assert not is_active()
