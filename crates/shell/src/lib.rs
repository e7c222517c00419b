//! exec: the bash engine on the simulated filesystem, the process table, images and their programs.
