"""Accounts: who calls, by password, session or token.

Takes what a caller brings as proof; gives the user, the organisation acted for, and the roles.
Records logins, changes of password and membership, tokens made and revoked. Secrets are kept as digests.
"""
