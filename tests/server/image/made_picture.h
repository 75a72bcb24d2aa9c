#pragma once
/// Pictures for tests, made by the format's own library: four quarters in red, green, blue and white, so that
/// every way to turn one can be told apart.
#include <cstdio>  // jpeglib.h needs FILE

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>
#include <zlib.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "server/image/image.h"

namespace ringup::test {

inline constexpr int red = 0xFF0000, green = 0x00FF00, blue = 0x0000FF, white = 0xFFFFFF;

inline image::Pixels quarters(int width, int height, int alpha = 255) {
  image::Pixels pixels{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int colour = y < height / 2 ? (x < width / 2 ? red : green) : (x < width / 2 ? blue : white);
      for (const int part : {colour >> 16, colour >> 8 & 0xFF, colour & 0xFF, alpha})
        pixels.rgba.push_back(static_cast<std::uint8_t>(part));
    }
  }
  return pixels;
}

/// An EXIF block that says nothing but the orientation.
inline std::string exif(int orientation) {
  return std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) + static_cast<char>(orientation) +
         std::string("\0\0\0\0\0\0", 6);
}

struct JpegWish {
  bool progressive = false;
  int orientation = 0;  // 0: no EXIF
  bool grey = false, cmyk = false;
  std::string comment = {};
};

inline std::string make_jpeg(const image::Pixels& pixels, const JpegWish& wish = {}) {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &out, &size);
  codec.image_width = static_cast<unsigned>(pixels.width);
  codec.image_height = static_cast<unsigned>(pixels.height);
  codec.input_components = wish.grey ? 1 : 4;
  codec.in_color_space = wish.grey ? JCS_GRAYSCALE : wish.cmyk ? JCS_CMYK : JCS_EXT_RGBA;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, 95, TRUE);
  if (wish.progressive) jpeg_simple_progression(&codec);
  jpeg_start_compress(&codec, TRUE);
  if (wish.orientation != 0) {
    const std::string block = std::string("Exif\0\0", 6) + exif(wish.orientation);
    jpeg_write_marker(&codec, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(block.data()),
                      static_cast<unsigned>(block.size()));
  }
  if (!wish.comment.empty()) {
    jpeg_write_marker(&codec, JPEG_COM, reinterpret_cast<const JOCTET*>(wish.comment.data()),
                      static_cast<unsigned>(wish.comment.size()));
  }
  std::vector<std::uint8_t> row(static_cast<std::size_t>(pixels.width) * 4);
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      const std::uint8_t* from =
          pixels.rgba.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) +
                                static_cast<std::size_t>(x)) *
                                   4;
      std::uint8_t* to = row.data() + static_cast<std::size_t>(x) * (wish.grey ? 1 : 4);
      // CMYK as Adobe writes it: inverted, and here without black.
      for (int i = 0; i < (wish.grey ? 1 : 4); ++i) to[i] = from[i];
    }
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&codec, &rows, 1);
  }
  jpeg_finish_compress(&codec);
  std::string file(reinterpret_cast<const char*>(out), size);
  jpeg_destroy_compress(&codec);
  std::free(out);
  return file;
}

struct PngWish {
  bool interlaced = false;
  int orientation = 0;
  bool one_bit = false;  // black and white: the pixels are not looked at
};

inline std::string make_png(const image::Pixels& pixels, const PngWish& wish = {}) {
  std::string file;
  png_structp codec = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(codec);
  png_set_write_fn(
      codec, &file,
      [](png_structp out, png_bytep data, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(out))->append(reinterpret_cast<const char*>(data), count);
      },
      nullptr);
  png_set_IHDR(codec, info, static_cast<png_uint_32>(pixels.width), static_cast<png_uint_32>(pixels.height),
               wish.one_bit ? 1 : 8, wish.one_bit ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGBA,
               wish.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::string block = exif(wish.orientation);
  if (wish.orientation != 0) {
    png_set_eXIf_1(codec, info, static_cast<png_uint_32>(block.size()),
                   reinterpret_cast<png_bytep>(block.data()));
  }
  png_set_compression_level(codec, 1);
  png_write_info(codec, info);
  std::vector<std::uint8_t> blank(static_cast<std::size_t>(pixels.width) * 4);
  const int passes = png_set_interlace_handling(codec);
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < pixels.height; ++y) {
      const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) * 4;
      png_write_row(codec, wish.one_bit ? blank.data() : pixels.rgba.data() + row);
    }
  }
  png_write_end(codec, nullptr);
  png_destroy_write_struct(&codec, &info);
  return file;
}

inline std::string make_webp(const image::Pixels& pixels, bool lossless = false) {
  std::uint8_t* out = nullptr;
  const std::size_t size =
      lossless
          ? WebPEncodeLosslessRGBA(pixels.rgba.data(), pixels.width, pixels.height, pixels.width * 4, &out)
          : WebPEncodeRGBA(pixels.rgba.data(), pixels.width, pixels.height, pixels.width * 4, 90, &out);
  std::string file(reinterpret_cast<const char*>(out), size);
  WebPFree(out);
  return file;
}

/// The four quarters' colours from the upper left on, each part rounded to the next of 0 and 255.
inline std::vector<int> colours_of(const image::Pixels& pixels) {
  std::vector<int> colours;
  for (const int y : {pixels.height / 4, pixels.height * 3 / 4}) {
    for (const int x : {pixels.width / 4, pixels.width * 3 / 4}) {
      const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) +
                              static_cast<std::size_t>(x)) *
                             4;
      int colour = 0;
      for (std::size_t i = 0; i < 3; ++i) colour = colour << 8 | (pixels.rgba[at + i] > 127 ? 0xFF : 0);
      colours.push_back(colour);
    }
  }
  return colours;
}

}  // namespace ringup::test
