"""The payment schedule of a contract and what was received (S7.1). Knows the contract and the kick-off plan, no later room."""
