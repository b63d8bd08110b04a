"""Api: what boxes and programs ask (docs/sync.md), each answer with the collector's mark, each refusal a Problem."""
