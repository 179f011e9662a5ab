"""The screen 发送与阅读: who got which version, what he read and asked (S5.2)."""
