#include "web/platform/painter.h"

#include <GLES3/gl3.h>
#include <emscripten/html5.h>

#include <algorithm>
#include <cstddef>

#include "imgui.h"

namespace ringup::platform {
namespace {

constexpr const char* vertex_shader = R"(#version 300 es
precision highp float;
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 texel;
layout(location = 2) in vec4 color;
uniform vec4 projection;
out vec2 at;
out vec4 ink;
void main() {
  at = texel;
  ink = color;
  gl_Position = vec4(position * projection.xy + projection.zw, 0.0, 1.0);
})";

constexpr const char* fragment_shader = R"(#version 300 es
precision mediump float;
uniform sampler2D image;
in vec2 at;
in vec4 ink;
layout(location = 0) out vec4 result;
void main() { result = ink * texture(image, at); })";

GLuint compile(GLenum kind, const char* source) {
  const GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  return shader;
}

const void* offset(std::size_t bytes) {
  return reinterpret_cast<const void*>(bytes);
}

}  // namespace

bool Painter::open(const char* canvas_selector) {
  EmscriptenWebGLContextAttributes attributes;
  emscripten_webgl_init_context_attributes(&attributes);
  attributes.majorVersion = 2;
  attributes.alpha = false;
  attributes.depth = false;
  attributes.stencil = false;
  attributes.antialias = false;
  attributes.powerPreference = EM_WEBGL_POWER_PREFERENCE_LOW_POWER;
  context_ = static_cast<int>(emscripten_webgl_create_context(canvas_selector, &attributes));
  if (context_ <= 0) return false;
  emscripten_webgl_make_context_current(context_);
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  return make();
}

void Painter::restored() {
  emscripten_webgl_make_context_current(context_);
  // The old names mean nothing in the new context; ImGui offers every texture again.
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
    texture->SetTexID(ImTextureID_Invalid);
    texture->SetStatus(ImTextureStatus_Destroyed);
  }
  make();
}

bool Painter::make() {
  program_ = glCreateProgram();
  glAttachShader(program_, compile(GL_VERTEX_SHADER, vertex_shader));
  glAttachShader(program_, compile(GL_FRAGMENT_SHADER, fragment_shader));
  glLinkProgram(program_);
  GLint linked = 0;
  glGetProgramiv(program_, GL_LINK_STATUS, &linked);
  if (linked == 0) return false;
  projection_ = glGetUniformLocation(program_, "projection");
  glGenVertexArrays(1, &layout_);
  glGenBuffers(1, &vertices_);
  glGenBuffers(1, &indices_);
  glBindVertexArray(layout_);
  glBindBuffer(GL_ARRAY_BUFFER, vertices_);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices_);
  constexpr GLsizei stride = sizeof(ImDrawVert);
  glEnableVertexAttribArray(0);
  glEnableVertexAttribArray(1);
  glEnableVertexAttribArray(2);
  glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, stride, offset(offsetof(ImDrawVert, pos)));
  glVertexAttribPointer(1, 2, GL_FLOAT, GL_FALSE, stride, offset(offsetof(ImDrawVert, uv)));
  glVertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, stride, offset(offsetof(ImDrawVert, col)));
  // State that never changes, since nobody else draws here.
  glUseProgram(program_);
  glUniform1i(glGetUniformLocation(program_, "image"), 0);
  glActiveTexture(GL_TEXTURE0);
  glEnable(GL_BLEND);
  glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  glEnable(GL_SCISSOR_TEST);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  return true;
}

void Painter::update(ImTextureData& texture) {
  if (texture.Status == ImTextureStatus_WantDestroy) {
    const auto name = static_cast<GLuint>(texture.TexID);
    glDeleteTextures(1, &name);
    texture.SetTexID(ImTextureID_Invalid);
    texture.SetStatus(ImTextureStatus_Destroyed);
    return;
  }
  if (texture.Status == ImTextureStatus_WantCreate) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, texture.Width, texture.Height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 texture.GetPixels());
    texture.SetTexID(static_cast<ImTextureID>(name));
    texture.SetStatus(ImTextureStatus_OK);
  } else if (texture.Status == ImTextureStatus_WantUpdates) {
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(texture.TexID));
    glPixelStorei(GL_UNPACK_ROW_LENGTH, texture.Width);
    for (const ImTextureRect& part : texture.Updates) {
      glTexSubImage2D(GL_TEXTURE_2D, 0, part.x, part.y, part.w, part.h, GL_RGBA, GL_UNSIGNED_BYTE,
                      texture.GetPixelsAt(part.x, part.y));
    }
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    texture.SetStatus(ImTextureStatus_OK);
  }
}

std::uint32_t Painter::make_picture() {
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  return name;
}

void Painter::finish_picture() {
  glGenerateMipmap(GL_TEXTURE_2D);
}

void Painter::drop_picture(std::uint32_t texture) {
  const GLuint name = texture;
  glDeleteTextures(1, &name);
}

void Painter::draw(const ImDrawData& data) {
  if (data.Textures != nullptr) {
    for (ImTextureData* texture : *data.Textures) update(*texture);
  }
  const ImVec2 scale = data.FramebufferScale;
  const auto width = static_cast<int>(data.DisplaySize.x * scale.x + 0.5f);
  const auto height = static_cast<int>(data.DisplaySize.y * scale.y + 0.5f);
  if (width <= 0 || height <= 0) return;
  glViewport(0, 0, width, height);
  const auto part = [&](int shift) { return static_cast<float>(ground_ >> shift & 0xFFu) / 255; };
  glScissor(0, 0, width, height);
  glClearColor(part(0), part(8), part(16), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  const float sx = 2 / data.DisplaySize.x, sy = -2 / data.DisplaySize.y;
  glUniform4f(projection_, sx, sy, -1 - data.DisplayPos.x * sx, 1 - data.DisplayPos.y * sy);
  for (const ImDrawList* list : data.CmdLists) {
    glBufferData(GL_ARRAY_BUFFER, list->VtxBuffer.size_in_bytes(), list->VtxBuffer.Data, GL_STREAM_DRAW);
    glBufferData(GL_ELEMENT_ARRAY_BUFFER, list->IdxBuffer.size_in_bytes(), list->IdxBuffer.Data,
                 GL_STREAM_DRAW);
    for (const ImDrawCmd& command : list->CmdBuffer) {
      const float left = (command.ClipRect.x - data.DisplayPos.x) * scale.x;
      const float top = (command.ClipRect.y - data.DisplayPos.y) * scale.y;
      const float right = (command.ClipRect.z - data.DisplayPos.x) * scale.x;
      const float bottom = (command.ClipRect.w - data.DisplayPos.y) * scale.y;
      if (right <= left || bottom <= top || command.ElemCount == 0) continue;
      glScissor(static_cast<int>(left), height - static_cast<int>(bottom), static_cast<int>(right - left),
                static_cast<int>(bottom - top));
      glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(command.GetTexID()));
      glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(command.ElemCount), GL_UNSIGNED_INT,
                     offset(command.IdxOffset * sizeof(ImDrawIdx)));
    }
  }
}

}  // namespace ringup::platform
