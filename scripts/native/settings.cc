// Compiled into the addon: what this project wants of TensorFlow that its C API has no function for.
#include <cstdlib>

// Of libtensorflow_framework.
namespace tsl {
void enable_tensor_float_32_execution(bool enabled);
}

namespace {

struct Settings {
  Settings() {
    // TF32 keeps 10 bits of each factor. It is on by default, and puts an embedding off by 2e-4 where float32 is asked for.
    tsl::enable_tensor_float_32_execution(false);
    // By default the first session takes all the memory of the GPU. Whoever sets the variable decides.
    setenv("TF_FORCE_GPU_ALLOW_GROWTH", "true", /*overwrite=*/0);
  }
};

// Made when the addon is loaded, before TensorFlow looks for devices.
const Settings settings;

}  // namespace
