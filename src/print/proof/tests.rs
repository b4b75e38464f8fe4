//! Symbols drawn, spoilt, and proven or refused.

use image::Rgb;
use serde_json::json;

use super::*;
use crate::print::symbol::Logo;
use crate::typeset::{Engine, Fonts};

const PIXELS: u32 = 6;

fn drawn(symbol: &Symbol, dark: u8) -> Raster {
    let side = symbol.side_with_quiet_zone() * PIXELS;
    Raster::from_fn(side, side, |x, y| {
        let is_dark = symbol.is_dark(x / PIXELS, y / PIXELS);
        Rgb([if is_dark { dark } else { 255 }; 3])
    })
}

fn symbol() -> Symbol {
    Symbol::new("https://fy.example.cn/200041T").unwrap()
}

#[test]
fn a_clean_symbol_is_proven_module_by_module_and_by_two_decoders() {
    let proof = prove(&drawn(&symbol(), 0), &symbol()).unwrap();
    assert_eq!(proof, Proof { modules: 37 * 37, under_logo: 0, contrast: 100, strict: None });
    assert_eq!(proof.to_string(), "ok: 1369 modules, contrast 100 %, quircs, rxing");
}

#[test]
fn a_symbol_that_says_something_else_is_refused() {
    let other = Symbol::new("https://fy.example.cn/2000813").unwrap();
    assert!(matches!(prove(&drawn(&other, 0), &symbol()), Err(Refusal::Modules { .. })));
}

#[test]
fn the_decoders_read_what_is_there_whatever_was_meant() {
    let luma = grey(&drawn(&symbol(), 0));
    let blank = GrayImage::from_pixel(luma.width(), luma.height(), image::Luma([255]));
    for (decoder, decode) in DECODERS.into_iter().chain(STRICT_DECODERS) {
        assert_eq!(decode(&luma).as_deref(), Ok(symbol().text()), "{decoder}");
        assert!(decode(&blank).is_err(), "{decoder}");
    }
}

#[test]
fn two_symbols_in_one_square_are_none_that_is_proven() {
    let one = drawn(&symbol(), 0);
    let mut two = Raster::new(2 * one.width(), one.height());
    image::imageops::replace(&mut two, &one, 0, 0);
    image::imageops::replace(&mut two, &one, i64::from(one.width()), 0);
    assert_eq!(quircs(&grey(&two)), Err("2 symbols found".to_owned()));
}

#[test]
fn a_colour_is_as_light_as_the_picture_library_has_it() {
    let colours = Raster::from_fn(256, 256, |x, y| {
        let part = |of: u32| u8::try_from(of % 256).unwrap();
        Rgb([part(x), part(y), part(x * 7 + y * 3)])
    });
    assert_eq!(grey(&colours), image::imageops::grayscale(&colours));
}

#[test]
fn anything_printed_in_the_quiet_zone_is_seen() {
    let mut raster = drawn(&symbol(), 0);
    // A hairline between the centres of modules.
    for x in 0..raster.width() {
        raster.put_pixel(x, PIXELS + 1, Rgb([0; 3]));
    }
    assert_eq!(prove(&raster, &symbol()), Err(Refusal::Modules { wrong: 37, all: 37 * 37 }));
}

#[test]
fn a_pale_symbol_is_refused() {
    let refusal = prove(&drawn(&symbol(), 100), &symbol());
    assert_eq!(refusal, Err(Refusal::Contrast { contrast: 60 }));
}

/// A square that is all black: no logo is worse.
const BLACK: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9H0z'/></svg>";

/// Addresses whose symbols of level H have 25 and 33 modules.
const WITH_LOGO: [(&str, u32); 2] =
    [("HTTPS://A.CN/200041T", 25), ("https://fy.example.cn/200041T", 33)];

fn black_png() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let black = image::RgbImage::new(8, 8);
    black.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The symbol's own drawing, as a page shows it.
fn typeset(symbol: &Symbol) -> Raster {
    let template = "#set page(width: 60mm, height: 60mm, margin: 0mm)\n\
                    #image(\"/symbol.svg\", width: 60mm, height: 60mm)";
    let fonts = Fonts::read(std::iter::empty::<(String, Vec<u8>)>()).unwrap();
    let pictures = vec![("/symbol.svg".to_owned(), symbol.svg())];
    let pages = Engine::new(template, &[], &fonts).typeset(&json!({}), pictures).unwrap();
    pages.raster(0, f64::from(symbol.side_with_quiet_zone() * PIXELS) / 60.0)
}

fn strictly(raster: &Raster, symbol: &Symbol) -> Result<Proof, Refusal> {
    prove_as(raster, symbol, Rigour::Strict, Facing::Upright)
}

#[test]
fn strict_proof_has_five_copies_read_and_says_how_many_each_decoder_reads() {
    let raster = drawn(&symbol(), 0);
    let proof = strictly(&raster, &symbol()).unwrap();
    let said = proof.to_string();
    let plain = prove(&raster, &symbol()).unwrap().to_string();
    assert!(said.starts_with(&format!("{plain}; strict 5/5 (rxing ")), "{said}");
    assert_eq!(strictly(&raster, &symbol()), Ok(proof), "the same pixels, the same proof");
}

#[test]
fn a_symbol_with_an_ugly_logo_passes_strict_proof_and_the_proof_counts_what_it_covers() {
    for logo in [Logo::read(BLACK).unwrap(), Logo::read(&black_png()).unwrap()] {
        for (text, side) in WITH_LOGO {
            let symbol = Symbol::with_logo(text, &logo).unwrap();
            assert_eq!((symbol.side(), symbol.level(), symbol.logo_modules()), (side, 'H', 5));
            let proof = strictly(&typeset(&symbol), &symbol).unwrap();
            let all = (side + 8).pow(2);
            assert_eq!((proof.modules, proof.under_logo), (all - 25, 25));
            let said = format!("ok: {} modules and 25 under the logo, contrast 100 %", all - 25);
            assert!(proof.to_string().starts_with(&said), "{proof}");
        }
    }
}

#[test]
fn the_logo_is_drawn_in_the_very_middle_with_half_a_module_of_white_around_it() {
    for logo in [BLACK.to_vec(), black_png()] {
        let symbol = Symbol::with_logo(WITH_LOGO[0].0, &Logo::read(&logo).unwrap()).unwrap();
        let raster = typeset(&symbol);
        // 33 modules across, 5 of them for the logo, which is 4 wide.
        let (from, to) = (14 * PIXELS, 19 * PIXELS);
        for (x, y) in (from..to).flat_map(|y| (from..to).map(move |x| (x, y))) {
            let edge = |at: u32| (at - from).min(to - 1 - at);
            let value = raster.get_pixel(x, y).0[0];
            match edge(x).min(edge(y)) {
                0..=1 => assert!(value > 250, "{x} {y}: {value}"),
                // The logo's own edge may be smooth.
                2..=3 => {}
                _ => assert!(value < 5, "{x} {y}: {value}"),
            }
        }
    }
}

#[test]
fn a_logo_on_two_fifths_of_the_side_is_refused() {
    for (text, side) in WITH_LOGO {
        let logo = Logo::read(BLACK).unwrap();
        let modules = side * 2 / 5 - (side * 2 / 5 + 1) % 2;
        let symbol = Symbol::with_logo(text, &logo).unwrap().covered(&logo, modules);
        let raster = typeset(&symbol);
        assert_eq!(strictly(&raster, &symbol), Err(Refusal::Logo { modules, most: 5 }));
        let luma = grey(&raster);
        let refused = bear(&luma, &symbol, &Stress::ALL);
        assert!(matches!(refused, Err(Refusal::Stressed { .. })), "{side}: {refused:?}");
    }
}

#[test]
fn a_symbol_printed_upside_down_is_proven_where_that_is_meant() {
    let turned = image::imageops::rotate180(&drawn(&symbol(), 0));
    let facing = |facing| prove_as(&turned, &symbol(), Rigour::Strict, facing);
    assert!(facing(Facing::UpsideDown).is_ok());
    assert!(matches!(facing(Facing::Upright), Err(Refusal::Modules { .. })));
    let upright = drawn(&symbol(), 0);
    let refused = prove_as(&upright, &symbol(), Rigour::Plain, Facing::UpsideDown);
    assert!(matches!(refused, Err(Refusal::Modules { .. })));
}

/// What each stress alone says of spoilt pixels that no comparison has stopped.
fn refused_by(luma: &GrayImage) -> Vec<Stress> {
    let stresses = Stress::ALL.into_iter();
    stresses.filter(|stress| bear(luma, &symbol(), &[*stress]).is_err()).collect()
}

#[test]
fn a_symbol_whose_quiet_zone_is_covered_bears_no_stress() {
    let mut raster = drawn(&symbol(), 0);
    let (from, to) = (4 * PIXELS, raster.width() - 4 * PIXELS);
    for (x, y, pixel) in raster.enumerate_pixels_mut() {
        if x < from || y < from || x >= to || y >= to {
            *pixel = Rgb([0; 3]);
        }
    }
    let said = strictly(&raster, &symbol()).unwrap_err().to_string();
    assert_eq!(said, format!("{} of 1369 modules are not as they should be", 37 * 37 - 29 * 29));
    let refused = refused_by(&grey(&raster));
    assert_eq!(refused, Stress::ALL);
}

#[test]
fn a_symbol_with_a_torn_corner_is_refused_before_any_stress() {
    let mut raster = drawn(&symbol(), 0);
    // 11 by 11 modules are 14 per cent of the symbol, 12 by 12 are 17.
    let (from, to) = (22 * PIXELS, 33 * PIXELS);
    for (x, y) in (from..to).flat_map(|y| (from..to).map(move |x| (x, y))) {
        raster.put_pixel(x, y, Rgb([255; 3]));
    }
    let said = strictly(&raster, &symbol()).unwrap_err().to_string();
    assert!(said.ends_with(" of 1369 modules are not as they should be"), "{said}");
}

#[test]
fn a_symbol_with_pale_ink_does_not_bear_the_shade() {
    let luma = grey(&drawn(&symbol(), 165));
    let refusal = bear(&luma, &symbol(), &Stress::ALL).unwrap_err();
    let said = refusal.to_string();
    assert!(said.starts_with("no decoder reads it at 30 % of its contrast (rqrr: "), "{said}");
    assert!(said.ends_with(": print the symbol in plain black on white"), "{said}");
    assert_eq!(refused_by(&luma), [Stress::Shade]);
}

#[test]
fn a_copy_that_reads_as_something_else_is_refused() {
    let other = Symbol::new("https://fy.example.cn/2000813").unwrap();
    let luma = grey(&drawn(&other, 0));
    let refused = bear(&luma, &symbol(), &[Stress::Tilt]);
    let read = other.text().to_owned();
    assert_eq!(refused, Err(Refusal::Misread { decoder: "rqrr", read }));
}

#[test]
fn no_size_of_symbol_is_refused_for_where_the_stains_fall() {
    let logo = Logo::read(BLACK).unwrap();
    let mut sides = std::collections::BTreeSet::new();
    for length in [1, 12, 20, 28, 40, 52, 60, 80] {
        let text = format!("https://{}.cn", "a".repeat(length));
        for symbol in [Symbol::new(&text).unwrap(), Symbol::with_logo(&text, &logo).unwrap()] {
            let luma = grey(&typeset(&symbol));
            let found = bear(&luma, &symbol, &[Stress::Damage]);
            assert!(found.is_ok(), "{} {}: {found:?}", symbol.side(), symbol.logo_modules());
            sides.insert((symbol.side(), symbol.logo_modules() > 0));
        }
    }
    assert!(sides.len() >= 10, "{sides:?}");
}
