// One service at a time: each has threads of its own, and what is tested is not the machine.

import Testing

@Suite(.serialized) enum ServiceTests {}
