"""市场分析 (S1.1): what is known of a campaign's market, every statement with its source."""
