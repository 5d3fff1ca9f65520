"""What decides: the scheduler around `core.job`, the queue's fairness, the judgement of leases, the cache."""
