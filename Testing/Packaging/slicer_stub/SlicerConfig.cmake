# A stand-in for the build tree of 3D Slicer 5.12, as far as an extension of scripted modules sees it:
# it checks what Slicer's macros check, installs where they install, and writes down what it was told
# (record.txt in the build folder, one "KEY value" a line).
set(Slicer_VERSION 5.12)
set(Slicer_USE_PYTHONQT ON)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicer.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/GenerateConfig.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/ExtensionCPack.cmake)

set(slicer_stub_record ${CMAKE_BINARY_DIR}/record.txt)
file(WRITE ${slicer_stub_record} "")

function(slicer_stub_record key)
  string(JOIN " " value ${ARGN})
  file(APPEND ${slicer_stub_record} "${key} ${value}\n")
endfunction()
