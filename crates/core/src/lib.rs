//! The control plane as a pure state machine: volumes, sandboxes, regions, images' names, validation, errors.
