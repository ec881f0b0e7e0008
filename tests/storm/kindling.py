"""What every process of a storm works with, made once before they are forked."""

from tests.storm.ground import marlbridge

marlbridge()
