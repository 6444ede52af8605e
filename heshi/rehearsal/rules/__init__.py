"""Cases that lie in memory alone: played by the real engine, folded by the real folding, counted by the real figures. Pure."""

from heshi.rehearsal.rules.playing import PlayedCase, opened, resumed

__all__ = ["PlayedCase", "opened", "resumed"]
