// PNG by libpng. It reports errors by longjmp, so everything between setjmp and the jump is plain data: what
// must be freed lives in Job, outside of it. Rows are averaged into a smaller picture as they come; an
// interlaced file comes whole.
#include <png.h>

#include <algorithm>
#include <csetjmp>

#include "server/image/image.h"

namespace ringup::image {
namespace {

constexpr std::size_t chunk_bytes_max = 8 << 20;
constexpr int chunks_max = 1000;

struct Job {
  png_structp codec = nullptr;
  png_infop info = nullptr;
  std::string_view rest;
  bool too_large = false;
  int orientation = 1;
  Pixels pixels;
  std::vector<std::uint8_t> row;    // one row, or all of an interlaced file
  std::vector<png_bytep> rows;      // into it
  std::vector<std::uint64_t> sums;  // of a row of squares: red, green and blue times alpha, alpha, count

  Job() = default;
  ~Job() { png_destroy_read_struct(&codec, &info, nullptr); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

void read_bytes(png_structp codec, png_bytep out, std::size_t count) {
  Job& job = *static_cast<Job*>(png_get_io_ptr(codec));
  if (job.rest.size() < count) png_error(codec, "the end");
  std::copy_n(job.rest.begin(), count, out);
  job.rest.remove_prefix(count);
}

bool prepare(Job& job, std::string_view file) {
  job.codec = png_create_read_struct(
      PNG_LIBPNG_VER_STRING, nullptr, [](png_structp codec, png_const_charp) { png_longjmp(codec, 1); },
      [](png_structp, png_const_charp) {});
  if (job.codec == nullptr) return false;
  job.info = png_create_info_struct(job.codec);
  if (job.info == nullptr) return false;
  job.rest = file;
  png_set_read_fn(job.codec, &job, read_bytes);
  png_set_user_limits(job.codec, 0x7FFFFFFF, 0x7FFFFFFF);
  png_set_chunk_malloc_max(job.codec, chunk_bytes_max);
  png_set_chunk_cache_max(job.codec, chunks_max);
  return true;
}

/// Adds a row of pixels to the squares they fall into. Colours weigh as much as they cover.
void add_row(Job& job, const std::uint8_t* from, std::uint32_t width, std::uint32_t factor) {
  std::uint64_t* sum = job.sums.data();
  for (std::uint32_t x = 0, in_square = 0; x < width; ++x, from += 4) {
    const std::uint64_t alpha = from[3];
    sum[0] += from[0] * alpha;
    sum[1] += from[1] * alpha;
    sum[2] += from[2] * alpha;
    sum[3] += alpha;
    sum[4] += 1;
    if (++in_square == factor) in_square = 0, sum += 5;
  }
}

/// The squares' averages as a row of the picture; the sums begin anew.
void put_row(Job& job, std::size_t y) {
  std::uint8_t* to = job.pixels.rgba.data() + y * static_cast<std::size_t>(job.pixels.width) * 4;
  for (std::uint64_t* sum = job.sums.data(); sum != job.sums.data() + job.sums.size(); sum += 5, to += 4) {
    const std::uint64_t alpha = sum[3], count = sum[4];
    for (int i = 0; i < 3; ++i)
      to[i] = static_cast<std::uint8_t>(alpha == 0 ? 0 : (sum[i] + alpha / 2) / alpha);
    to[3] = static_cast<std::uint8_t>((alpha + count / 2) / count);
    std::fill_n(sum, 5, 0);
  }
}

/// False: the library gave up.
bool run(Job& job, std::string_view file) {
  if (!prepare(job, file)) return false;
  if (setjmp(png_jmpbuf(job.codec)) != 0) return false;
  png_read_info(job.codec, job.info);
  png_set_expand(job.codec);
  png_set_scale_16(job.codec);
  png_set_gray_to_rgb(job.codec);
  png_set_add_alpha(job.codec, 0xFF, PNG_FILLER_AFTER);
  const int passes = png_set_interlace_handling(job.codec);
  png_read_update_info(job.codec, job.info);
  const std::uint32_t width = png_get_image_width(job.codec, job.info);
  const std::uint32_t height = png_get_image_height(job.codec, job.info);
  const std::size_t row_bytes = png_get_rowbytes(job.codec, job.info);
  if (row_bytes != std::size_t{width} * 4) return false;
  if (passes > 1 && std::uint64_t{row_bytes} * height > decode_bytes_max) {
    job.too_large = true;
    return false;
  }
  const std::uint32_t factor =
      std::max<std::uint32_t>(1, std::max(width, height) / static_cast<std::uint32_t>(sizes.back()));
  const std::uint32_t out_width = (width + factor - 1) / factor, out_height = (height + factor - 1) / factor;
  job.pixels.width = static_cast<int>(out_width);
  job.pixels.height = static_cast<int>(out_height);
  job.pixels.rgba.resize(std::size_t{out_width} * out_height * 4);
  job.sums.assign(std::size_t{out_width} * 5, 0);
  const std::size_t rows = passes > 1 ? height : 1;
  job.row.resize(row_bytes * rows);
  if (passes > 1) {
    job.rows.resize(height);
    for (std::size_t y = 0; y < height; ++y) job.rows[y] = job.row.data() + y * row_bytes;
    png_read_image(job.codec, job.rows.data());
  }
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::uint8_t* row = job.row.data();
    if (passes > 1) {
      row += y * row_bytes;
    } else {
      png_read_row(job.codec, job.row.data(), nullptr);
    }
    add_row(job, row, width, factor);
    if ((y + 1) % factor == 0 || y + 1 == height) put_row(job, y / factor);
  }
  png_read_end(job.codec, job.info);
  png_uint_32 exif_bytes = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(job.codec, job.info, &exif_bytes, &exif) != 0)
    job.orientation = orientation_in({reinterpret_cast<const char*>(exif), exif_bytes});
  return true;
}

bool run_head(Job& job, std::string_view file) {
  if (!prepare(job, file)) return false;
  if (setjmp(png_jmpbuf(job.codec)) != 0) return false;
  png_read_info(job.codec, job.info);
  return true;
}

}  // namespace

Result<Head> read_png_head(std::string_view file) {
  Job job;
  if (!run_head(job, file)) return broken();
  return Head{Format::png, png_get_image_width(job.codec, job.info),
              png_get_image_height(job.codec, job.info)};
}

Result<Pixels> decode_png(std::string_view file) {
  Job job;
  if (!run(job, file)) return job.too_large ? too_large_to_decode("an interlaced PNG") : broken();
  return turned(std::move(job.pixels), job.orientation);
}

}  // namespace ringup::image
