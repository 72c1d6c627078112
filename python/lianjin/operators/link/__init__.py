"""Links: which documents of a corpus repeat another one.

Takes texts and what is preferred among repeats; gives for each the kept one and their Jaccard
index; the recipe decides what becomes of the rest.
"""

from lianjin.operators.link.cluster import Member, clusters
from lianjin.operators.link.exact import exact
from lianjin.operators.link.minhash import minhash

__all__ = ["Member", "clusters", "exact", "minhash"]
