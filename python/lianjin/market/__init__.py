"""The market: who offers, who buys, what was agreed, paid and delivered.

Takes versions that were certified, and people who act for organisations; gives listings, orders,
agreements, money moved and receipts. Records every move as an event.
"""
