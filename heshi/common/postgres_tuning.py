"""Settings of the embedded PostgreSQL, sized to the machine and durable unless the data is throwaway."""

from __future__ import annotations

import os
from pathlib import Path

MEGABYTE = 1024 * 1024
INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=trust",
    "--no-instructions",
)
SMALL_SHARED_MEMORY = 512


def configuration(*, sockets: Path, durable: bool) -> str:
    """Return the text of the server's configuration file."""
    memory = _memory()
    lines: dict[str, str | float] = {
        # A socket in a folder of our own and no port: nobody else on the machine can knock.
        "listen_addresses": "''",
        "unix_socket_directories": f"'{str(sockets).replace(chr(39), chr(39) * 2)}'",
        "max_connections": 120,
        "shared_buffers": f"{_between(memory // 8, 64, 1024)}MB",
        "effective_cache_size": f"{_between(memory // 2, 256, 32768)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{_between(memory // 16, 64, 512)}MB",
        "max_wal_size": "4GB" if memory > 4000 else "1GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "10min",
        "random_page_cost": 1.1,
        "effective_io_concurrency": 32,
        # Queries of a page take milliseconds; compiling one takes longer than running it.
        "jit": "off",
        # A page asks for few rows: calling more processes to help takes longer than reading them.
        "max_parallel_workers_per_gather": 0,
        "max_parallel_maintenance_workers": 2 if _shared_memory() > SMALL_SHARED_MEMORY else 0,
        "timezone": "'Asia/Shanghai'",
        "log_timezone": "'Asia/Shanghai'",
        "datestyle": "'iso, ymd'",
        "log_min_duration_statement": 2000,
        "log_checkpoints": "off",
        "autovacuum_vacuum_insert_scale_factor": 0.05,
        "autovacuum_analyze_scale_factor": 0.02,
    }
    # Only throwaway data may run without: an acknowledged report is never lost.
    safety = ("fsync", "synchronous_commit", "full_page_writes")
    lines |= dict.fromkeys(safety, "on" if durable else "off")
    return "".join(f"{name} = {value}\n" for name, value in lines.items())


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _memory() -> int:
    """Return how many megabytes this machine, or the container we are in, has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit) // MEGABYTE) if limit.isdigit() else total


def _shared_memory() -> int:
    """Return the megabytes of /dev/shm; containers often give 64, too few to build an index together."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 -- measured, not written
    except OSError:
        return 0
    return room.f_blocks * room.f_frsize // MEGABYTE
