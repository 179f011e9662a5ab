"""启动计划: the chart, the table, the division of work, and the verbs on them."""
