"""Intake: what a resident says, before it is a case.

Words, photographs, voice notes and spreadsheets come in through four doors.
They are checked, cleaned of what nobody should keep, and handed on as reports.
"""
