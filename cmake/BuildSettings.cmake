# How everything here is compiled: the dialect, the warnings, the sanitizers, and what is common to the library's targets.

set(CMDPOLICY_SANITIZE "" CACHE STRING "Sanitizers for everything, for example address,undefined")
option(CMDPOLICY_WERROR "Treat warnings as errors" OFF)
option(CMDPOLICY_COVERAGE "Count the lines that the tests run (clang)" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Programs and libraries lie at the root of the build tree: build/release/cmdpolicy-check.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
    add_compile_options(-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual
                        -Wvla -Wundef -Wformat=2)
    # No path of the build machine in what we ship, and the same bytes wherever it is built.
    add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=" "-ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/")
    # gcc for x86 clears and copies records of a hundred bytes with `rep stos` and `rep movs`, whose start takes longer than all of the
    # rest: a tenth of a check.
    include(CheckCCompilerFlag)
    foreach(what memset memcpy)
        set(strategy "-m${what}-strategy=unrolled_loop:256:noalign,libcall:-1:noalign")
        check_c_compiler_flag("${strategy}" CMDPOLICY_HAVE_${what}_STRATEGY)
        if(CMDPOLICY_HAVE_${what}_STRATEGY)
            add_compile_options("${strategy}")
        endif()
    endforeach()
    if(CMDPOLICY_WERROR)
        add_compile_options(-Werror)
    endif()
    if(CMDPOLICY_SANITIZE)
        add_compile_options(-fsanitize=${CMDPOLICY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
        add_link_options(-fsanitize=${CMDPOLICY_SANITIZE})
        # Tests start the programs ten thousand times: at fixed addresses, with the sanitizers in them, that takes half as long.
        if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMDPOLICY_SANITIZE STREQUAL "address,undefined")
            add_link_options("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-static-libasan;-static-libubsan;-no-pie>")
        endif()
    endif()
    if(CMDPOLICY_COVERAGE)
        add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
        add_link_options(-fprofile-instr-generate)
    endif()
    # Another engine than libFuzzer brings its own instrumentation in CFLAGS.
    if(CMDPOLICY_FUZZ AND (NOT CMDPOLICY_FUZZ_ENGINE OR CMDPOLICY_FUZZ_ENGINE STREQUAL "-fsanitize=fuzzer"))
        add_compile_options(-fsanitize=fuzzer-no-link)
    endif()
endif()

# What the library's own sources see: include/ and libcmdpolicy/ ("base/arena.h", "shell/ast.h", ...).
function(cmdpolicy_library_settings target)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/libcmdpolicy"
                               "${UTHASH_INCLUDE_DIR}")
    target_compile_definitions(${target} PRIVATE CMDPOLICY_BUILD)
    target_link_libraries(${target} PRIVATE ${CMDPOLICY_DEPENDENCIES})
endfunction()
