"""The market: listings that others reviewed, orders, money, deliveries, and what is asked for.

Takes dataset versions, their certificates, and what organisations want; gives agreements, receipts
and settlements. Records every arrow as an event beside its rows, and money in the ledger alone.
"""
