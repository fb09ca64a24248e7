"""Tokens: the published examples verify, and what is signed here reads back."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sandbox.federation import jwt

# RFC 7515, appendices A.2 and A.3: header, payload, signature and public key.
RSA_TOKEN = (
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1"
    "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwu"
    "sC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
RSA_KEY = {
    "kty": "RSA",
    "alg": "RS256",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS"
    "-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xs"
    "mtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
}
EC_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
EC_KEY = {
    "kty": "EC",
    "alg": "ES256",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


@pytest.mark.parametrize(("text", "key"), [(RSA_TOKEN, RSA_KEY), (EC_TOKEN, EC_KEY)])
def test_the_published_examples_verify(text: str, key: dict[str, str]) -> None:
    token = jwt.read(text)
    assert token.claims["iss"] == "joe"
    jwt.verify(token, [key | {"kid": None}])


@pytest.mark.parametrize(("text", "key"), [(RSA_TOKEN, RSA_KEY), (EC_TOKEN, EC_KEY)])
def test_no_other_key_verifies_them(text: str, key: dict[str, str]) -> None:
    other = rsa.generate_private_key(65537, 2048) if key["kty"] == "RSA" else ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(jwt.WrongSignature):
        jwt.verify(jwt.read(text), [jwt.public_jwk(other, "a") | {"kid": None}])


def test_a_key_is_used_for_its_own_algorithm_only() -> None:
    with pytest.raises(jwt.UnknownKey):
        jwt.verify(jwt.read(RSA_TOKEN), [EC_KEY | {"kid": None}])
    with pytest.raises(jwt.UnknownKey):
        jwt.verify(jwt.read(RSA_TOKEN), [])


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())])
def test_what_is_signed_here_reads_back(key: jwt.PrivateKey) -> None:
    token = jwt.read(jwt.sign({"sub": "Zoë"}, key, "one"))
    assert token.claims == {"sub": "Zoë"}
    jwt.verify(token, [jwt.public_jwk(key, "other"), jwt.public_jwk(key, "one")])
