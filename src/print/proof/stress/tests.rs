//! Each copy is what its stress says, and a symbol that is stressed more is not read.

use super::super::read_copy;
use super::*;
use crate::print::symbol::Symbol;

/// The left half black, the right half white, at 6 pixels a module.
fn halves(side: u32) -> GrayImage {
    let pixels = side * 6;
    GrayImage::from_fn(pixels, pixels, |x, _| Luma([if x < pixels / 2 { 0 } else { 255 }]))
}

fn copy(stress: Stress) -> GrayImage {
    let luma = halves(SIDE);
    stress.copy(&Original::new(&luma, SIDE))
}

const SIDE: u32 = 37;

fn row(copy: &GrayImage) -> &[u8] {
    &copy.as_raw()[..copy.width() as usize]
}

#[test]
fn far_away_a_module_has_three_pixels_and_its_edge_falls_within_one() {
    let copy = copy(Stress::Far);
    assert_eq!(copy.dimensions(), (3 * SIDE, 3 * SIDE));
    let modules =
        GrayImage::from_fn(SIDE * 6, 6, |x, _| Luma([if x / 6 % 2 == 0 { 0 } else { 255 }]));
    let copy = far(&modules, SIDE, 3);
    assert!(row(&copy)[2] > 60 && row(&copy)[2] < 200, "{:?}", &row(&copy)[..6]);
}

#[test]
fn a_blurred_edge_is_as_wide_as_the_bell_says() {
    let copy = copy(Stress::Blur);
    // A step blurred with sigma s crosses 16 and 84 per cent one s from its place: 1.2 pixels.
    let grey = row(&copy).iter().filter(|v| (40..=215).contains(*v)).count();
    assert!((2..=3).contains(&grey), "{grey}");
    assert_eq!(BELL[0] + 2 * BELL[1..].iter().sum::<u32>(), 1024);
    assert_eq!((row(&copy)[0], row(&copy)[4 * SIDE as usize - 1]), (0, 255));
}

#[test]
fn in_the_shade_three_tenths_of_the_contrast_are_left() {
    let copy = copy(Stress::Shade);
    let (least, most) = (row(&copy)[0], row(&copy)[4 * SIDE as usize - 1]);
    assert_eq!(u32::from(most - least) * 100 / 255, 29);
}

#[test]
fn tilted_the_near_side_is_taller_and_all_is_narrower() {
    // A black square on white.
    let luma = GrayImage::from_fn(600, 600, |x, y| {
        let inside = |at| (100..500).contains(&at);
        Luma([if inside(x) && inside(y) { 0 } else { 255 }])
    });
    let copy = tilted(&luma, 600, TILT);
    let height = |x| (0..600).filter(|y| copy.get_pixel(x, *y).0[0] < 128).count();
    let dark: Vec<u32> = (0..600).filter(|x| height(*x) > 0).collect();
    let (left, right) = (dark[0], dark[dark.len() - 1]);
    assert!(height(left + 2) > height(right - 2) + 30, "{} {}", height(left), height(right));
    let share = dark.len() * 100 / 400;
    assert!((76..83).contains(&share), "{share}");
    // A camera that does not tilt sees all of it as it is, but for its distance.
    let straight = tilted(&luma, 600, (0.0, 1.0));
    assert_eq!(straight.get_pixel(99, 300).0[0], 255);
    assert_eq!(straight.get_pixel(101, 300).0[0], 0);
}

#[test]
fn three_per_cent_are_damaged_black_and_white_and_the_finders_are_not() {
    let grey = GrayImage::from_pixel(SIDE * 4, SIDE * 4, Luma([128]));
    let copy = damaged(grey, SIDE, DAMAGE);
    let count = |ink: u8| copy.pixels().filter(|v| v.0[0] == ink).count();
    let (symbol, all) = ((29_usize * 4).pow(2), copy.as_raw().len());
    assert_eq!(all - count(128), symbol * 3 / 100);
    assert!(count(0) > symbol / 100 && count(255) > symbol / 100);
    let clean = |x: u32, y: u32| copy.get_pixel(x, y).0[0] == 128;
    let finder = |x: u32, y: u32| (0..28).all(|i| (0..28).all(|j| clean(x + i, y + j)));
    assert!(finder(16, 16) && finder(16 + 88, 16) && finder(16, 16 + 88));
    assert!((0..SIDE * 4).all(|at| clean(at, 15) && clean(15, at)));
}

#[test]
fn each_stress_goes_too_far_where_it_is_stronger() {
    let symbol = Symbol::new("https://fy.example.cn/200041T").unwrap();
    let pixels = SIDE * 6;
    let luma = GrayImage::from_fn(pixels, pixels, |x, y| {
        Luma([if symbol.is_dark(x / 6, y / 6) { 0 } else { 255 }])
    });
    let is_read = |copy: &GrayImage| read_copy(copy, &symbol).unwrap().is_ok();
    let original = Original::new(&luma, SIDE);
    assert!(Stress::ALL.into_iter().all(|stress| is_read(&stress.copy(&original))));
    let even = &original.even;
    assert!(!is_read(&far(&luma, SIDE, 1)));
    assert!(!is_read(&blurred(even, 6)));
    assert!(!is_read(&shaded(even.clone(), 8)));
    assert!(!is_read(&tilted(&luma, SIDE * PIXELS, (0.984_807_753, 0.173_648_178))));
    assert!(!is_read(&damaged(even.clone(), SIDE, 150)));
}

#[test]
fn the_copies_are_the_same_on_every_machine() {
    let luma = halves(SIDE);
    let original = Original::new(&luma, SIDE);
    let sums = Stress::ALL.map(|stress| {
        let copy = stress.copy(&original);
        // FNV-1a.
        let mix = |sum: u32, value: &u8| (sum ^ u32::from(*value)).wrapping_mul(0x0100_0193);
        copy.as_raw().iter().fold(0x811c_9dc5, mix)
    });
    assert_eq!(sums, [1_212_681_159, 458_951_197, 3_007_363_557, 486_362_461, 720_206_337]);
}
