// JPEG by libjpeg (the API of libjpeg-turbo). It reports errors by longjmp, so everything between setjmp and
// the jump is plain data: what must be freed lives in Job, outside of it.
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>

#include "server/image/image.h"

namespace ringup::image {
namespace {

constexpr int scans_max = 100;  // a progressive file may repeat itself endlessly
constexpr std::string_view exif_mark{"Exif\0\0", 6};

struct Job {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf failed{};
  bool too_large = false;
  int orientation = 1;
  Pixels pixels;
  std::vector<std::uint8_t> row;  // of a CMYK picture

  Job() = default;
  ~Job() { jpeg_destroy_decompress(&codec); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

Job& job_of(j_common_ptr codec) {
  return *static_cast<Job*>(codec->client_data);
}

[[noreturn]] void stop(j_common_ptr codec) {
  std::longjmp(job_of(codec).failed, 1);
}

void on_message(j_common_ptr codec, int level) {
  // Warnings are small damages, which browsers show without a word too; a file that ends early is none of
  // them.
  if (level < 0 && codec->err->msg_code == JWRN_JPEG_EOF) stop(codec);
}

void on_progress(j_common_ptr codec) {
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number > scans_max) stop(codec);
}

void begin(Job& job, std::string_view file) {
  jpeg_std_error(&job.errors);
  job.errors.error_exit = stop;
  job.errors.emit_message = on_message;
  job.errors.output_message = [](j_common_ptr) {};
  job.codec.err = &job.errors;
  job.codec.client_data = &job;
  jpeg_create_decompress(&job.codec);
  job.codec.client_data = &job;
  job.progress.progress_monitor = on_progress;
  job.codec.progress = &job.progress;
  jpeg_mem_src(&job.codec, reinterpret_cast<const unsigned char*>(file.data()),
               static_cast<unsigned long>(file.size()));
  jpeg_save_markers(&job.codec, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&job.codec, TRUE);
}

void find_orientation(Job& job) {
  for (const jpeg_marker_struct* marker = job.codec.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view bytes(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (marker->marker != JPEG_APP0 + 1 || !bytes.starts_with(exif_mark)) continue;
    job.orientation = orientation_in(bytes.substr(exif_mark.size()));
    return;
  }
}

/// What a progressive file makes the library hold: every coefficient of every component.
std::uint64_t coefficient_bytes(const jpeg_decompress_struct& codec) {
  std::uint64_t bytes = 0;
  for (int i = 0; i < codec.num_components; ++i) {
    const jpeg_component_info& component = codec.comp_info[i];
    bytes += std::uint64_t{component.width_in_blocks} * component.height_in_blocks * sizeof(JBLOCK);
  }
  return bytes;
}

/// One row of inverted CMYK (Adobe's way) as RGBA.
void put_cmyk(const std::uint8_t* from, std::uint8_t* to, unsigned width, bool inverted) {
  for (unsigned x = 0; x < width; ++x, from += 4, to += 4) {
    for (int i = 0; i < 3; ++i) {
      const int ink = inverted ? from[i] : 255 - from[i];
      const int black = inverted ? from[3] : 255 - from[3];
      to[i] = static_cast<std::uint8_t>(ink * black / 255);
    }
    to[3] = 255;
  }
}

/// False: the library gave up.
bool run(Job& job, std::string_view file) {
  if (setjmp(job.failed) != 0) return false;
  begin(job, file);
  find_orientation(job);
  jpeg_decompress_struct& codec = job.codec;
  if (codec.progressive_mode && coefficient_bytes(codec) > decode_bytes_max) {
    job.too_large = true;
    return false;
  }
  const std::uint64_t longer = std::max(codec.image_width, codec.image_height);
  codec.scale_denom = 8;
  codec.scale_num = 1;
  while (codec.scale_num < 8 && longer * codec.scale_num / 8 < static_cast<std::uint64_t>(sizes.back()))
    ++codec.scale_num;
  const bool cmyk = codec.jpeg_color_space == JCS_CMYK || codec.jpeg_color_space == JCS_YCCK;
  codec.out_color_space = cmyk ? JCS_CMYK : JCS_EXT_RGBA;
  jpeg_start_decompress(&codec);
  const std::size_t row_bytes = std::size_t{codec.output_width} * 4;
  if (std::uint64_t{row_bytes} * codec.output_height > decode_bytes_max) {
    job.too_large = true;
    return false;
  }
  job.pixels.width = static_cast<int>(codec.output_width);
  job.pixels.height = static_cast<int>(codec.output_height);
  job.pixels.rgba.resize(row_bytes * codec.output_height);
  if (cmyk) job.row.resize(row_bytes);
  while (codec.output_scanline < codec.output_height) {
    std::uint8_t* to = job.pixels.rgba.data() + row_bytes * codec.output_scanline;
    JSAMPROW row = cmyk ? job.row.data() : to;
    jpeg_read_scanlines(&codec, &row, 1);
    if (cmyk) put_cmyk(job.row.data(), to, codec.output_width, codec.saw_Adobe_marker != FALSE);
  }
  return true;
}

bool run_head(Job& job, std::string_view file) {
  if (setjmp(job.failed) != 0) return false;
  begin(job, file);
  return true;
}

}  // namespace

Result<Head> read_jpeg_head(std::string_view file) {
  Job job;
  if (!run_head(job, file)) return broken();
  return Head{Format::jpeg, job.codec.image_width, job.codec.image_height};
}

Result<Pixels> decode_jpeg(std::string_view file) {
  Job job;
  if (!run(job, file)) return job.too_large ? too_large_to_decode("a progressive JPEG") : broken();
  return turned(std::move(job.pixels), job.orientation);
}

}  // namespace ringup::image
