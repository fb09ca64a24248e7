"""Proofs of identity that are not AWS's: JSON Web Tokens and SAML assertions. Values in, facts out; no state."""
