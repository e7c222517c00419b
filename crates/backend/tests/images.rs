//! The control plane and the shell each know which images there are, for neither may know the other. They agree.

use sandbox_core::{ImageRef, known_images};
use sandbox_shell::Image;

#[test]
fn core_and_shell_know_the_same_images() {
    for image in known_images() {
        assert!(Image::resolve(&image).emulated(), "core knows {image}, the shell does not");
    }
    for image in Image::known() {
        let reference = ImageRef::parse(image.as_ref()).expect("a known image is well-formed");
        assert!(reference.is_known(), "the shell knows {image:?}, core does not");
    }
    for unknown in ["rust:1.90", "ghcr.io/team/app:3", "node:2", "nodejs"] {
        let reference = ImageRef::parse(unknown).expect("well-formed");
        assert_eq!(reference.is_known(), Image::resolve(unknown).emulated(), "{unknown}");
    }
}
