//! The frame around the signed-in screens: rail, banners, toasts.
