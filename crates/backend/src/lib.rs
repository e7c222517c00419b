//! The service: owns core, filesystem, shell and store, and serves the REST API.
