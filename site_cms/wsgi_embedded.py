"""The WSGI entry point of the embedded profile: one process, the worker as its thread.

`manage.py serve` names this module; nothing else imports it.
"""

from site_cms import worker
from site_cms.wsgi import application

worker.start_thread()

__all__ = ["application"]
