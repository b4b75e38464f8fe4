//! Symbols with a logo, in each format that is printed, from the pixels of programs that are not ours.

use std::fs;
use std::path::Path;
use std::process::Command;

use onecode::print::symbol::{Logo, Symbol};
use onecode::typeset::{Area, Engine, Fonts, Pages};

use crate::support::{Site, has_tool};

const TEXT: &str = "HTTPS://A.CN/200041T";

/// A symbol with a red square in its middle, alone on a page of 66 mm: 2 mm a module.
fn page(logo: &[u8]) -> Pages {
    let symbol = Symbol::with_logo(TEXT, &Logo::read(logo).unwrap()).unwrap();
    assert_eq!(symbol.side_with_quiet_zone(), 33);
    let template = "#set document(title: \"Symbol\")\n\
                    #set page(width: 66mm, height: 66mm, margin: 0mm)\n\
                    #image(\"/symbol.svg\", width: 66mm, height: 66mm, alt: \"Symbol\")";
    let fonts = Fonts::read(std::iter::empty::<(String, Vec<u8>)>()).unwrap();
    let pictures = vec![("/symbol.svg".to_owned(), symbol.svg())];
    Engine::new(template, &[], &fonts).typeset(&serde_json::json!({}), pictures).unwrap()
}

/// Both are red where they are seen; the drawing goes on beyond its edges, which is not to be seen.
fn logos() -> [(&'static str, Vec<u8>); 2] {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>\
               <path fill='#c00' d='M-9 -9h27v27H-9z'/></svg>";
    let mut red = Vec::new();
    let mut encoder = png::Encoder::new(&mut red, 1, 1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[204, 0, 0]).unwrap();
    [("svg", svg.as_bytes().to_vec()), ("png", red)]
}

/// Whether a square picture is red where the logo is, white around it, and says what it should.
fn assert_shown(picture: &Path, what: &str) {
    let bytes = std::io::BufReader::new(fs::File::open(picture).unwrap());
    let mut decoder = png::Decoder::new(bytes);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let channels = info.color_type.samples();
    let at = |modules: f64| (modules * f64::from(info.width) / 33.0).round();
    let pixel = |x: f64, y: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in a picture")]
        let first = (at(y) * f64::from(info.width) + at(x)) as usize * channels;
        pixels[first..first + 3].to_vec()
    };
    for (x, y) in [(16.5, 16.5), (14.8, 14.8), (18.2, 14.8), (14.8, 18.2), (18.2, 18.2)] {
        let [red, green, blue] = pixel(x, y)[..] else { panic!("three channels") };
        assert!(red > 190 && green < 20 && blue < 20, "{what} at {x} {y}: {red} {green} {blue}");
    }
    for (x, y) in [(14.25, 16.5), (18.75, 16.5), (16.5, 14.25), (16.5, 18.75)] {
        assert!(pixel(x, y).iter().all(|v| *v > 240), "{what} at {x} {y}: {:?}", pixel(x, y));
    }
    if has_tool("zbarimg") {
        let zbar = Command::new("zbarimg").args(["-q", "--raw"]).arg(picture).output().unwrap();
        assert_eq!(String::from_utf8(zbar.stdout).unwrap().trim(), TEXT, "{what}");
    }
}

#[test]
fn a_pdf_shows_the_logo_and_scans() {
    if !has_tool("pdftoppm") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (kind, logo) in logos() {
        let pdf = dir.path().join(kind).with_extension("pdf");
        fs::write(&pdf, page(&logo).pdf().unwrap()).unwrap();
        let picture = dir.path().join(kind);
        let args = ["-r", "150", "-png", "-singlefile"];
        let drawn = Command::new("pdftoppm").args(args).arg(&pdf).arg(&picture).status().unwrap();
        assert!(drawn.success());
        assert_shown(&picture.with_extension("png"), &format!("a PDF with a logo as {kind}"));
    }
}

#[test]
fn an_svg_shows_the_logo_in_a_browser_and_scans() {
    if !has_tool("chromium") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (kind, logo) in logos() {
        let svg = page(&logo).svg(0);
        let html = dir.path().join(kind).with_extension("html");
        let square = "<style>body{margin:0}svg{display:block;width:396px;height:396px}</style>";
        fs::write(&html, format!("<!doctype html>{square}{svg}")).unwrap();
        let picture = dir.path().join(kind).with_extension("png");
        let taken = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .args(["--window-size=396,396", "--force-device-scale-factor=1"])
            .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{}", html.display()))
            .output()
            .unwrap();
        assert!(picture.exists(), "{}", String::from_utf8_lossy(&taken.stderr));
        assert_shown(&picture, &format!("an SVG with a logo as {kind}"));
    }
}

#[test]
fn the_crop_that_is_proven_shows_the_logo() {
    let area = Area { x_mm: 0.0, y_mm: 0.0, width_mm: 66.0, height_mm: 66.0 };
    for (kind, logo) in logos() {
        let raster = page(&logo).raster_of(0, area, 3.0);
        let middle = raster.get_pixel(raster.width() / 2, raster.height() / 2).0;
        assert!(middle[0] > 190 && middle[1] < 20, "{kind}: {middle:?}");
        let edge = raster.get_pixel(raster.width() / 2, 14 * 6 + 1).0;
        assert!(edge.iter().all(|value| *value > 240), "{kind}: {edge:?}");
    }
}

#[test]
fn a_poster_with_an_emblem_bears_the_strict_proof_and_a_broken_emblem_is_told_of() {
    for (kind, logo) in logos() {
        let site = Site::new();
        let out = site.path("out");
        let args = ["print", "--base-url", "https://fy.example.cn", "--out", out.to_str().unwrap()];
        let strict = ["--placement", "1", "--topic", "fees", "--prove", "strict"];
        let args = [&args[..], &strict].concat();
        let file = format!("printables/logo.{kind}");
        site.write(&file, logo);
        let ran = site.run(&args);
        assert_eq!(ran.code, 0, "{kind}: {}", ran.stderr);
        let manifest = fs::read_to_string(out.join("manifest.csv")).unwrap();
        assert!(manifest.contains("under the logo"), "{kind}: {manifest}");
        assert!(manifest.contains("strict 5/5"), "{kind}: {manifest}");
        site.write(&file, "<svg>");
        let ran = site.run(&args);
        assert_ne!(ran.code, 0, "{kind}");
        assert!(ran.stderr.contains(&file), "{kind}: {}", ran.stderr);
    }
}
