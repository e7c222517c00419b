//! What a sandbox's programs run on: processes, descriptors, pipes, signals, devices.

