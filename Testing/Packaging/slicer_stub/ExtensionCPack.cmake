# The package's description is made of what the extension's CMakeLists.txt has set.
if(NOT "${EXTENSION_NAME}" STREQUAL "${PROJECT_NAME}")
  message(FATAL_ERROR "The extension ${EXTENSION_NAME} is not named like its project ${PROJECT_NAME}")
endif()
slicer_stub_record(included CPACK)
slicer_stub_record(name ${EXTENSION_NAME})
foreach(key HOMEPAGE CONTRIBUTORS DESCRIPTION ICONURL SCREENSHOTURLS DEPENDS)
  slicer_stub_record(${key} "${EXTENSION_${key}}")
endforeach()
