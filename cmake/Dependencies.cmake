# What the library needs: PCRE2 (8 bit), libyaml and libmd to link, uthash to compile.

option(CMDPOLICY_ARCHIVES "Link the static archives of all dependencies" OFF)
if(CMDPOLICY_ARCHIVES)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(CMDPOLICY_PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8>=10.40)
pkg_check_modules(CMDPOLICY_YAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2)
pkg_check_modules(CMDPOLICY_MD REQUIRED IMPORTED_TARGET libmd)
find_path(UTHASH_INCLUDE_DIR uthash.h REQUIRED)
mark_as_advanced(UTHASH_INCLUDE_DIR)

# The package config looks for the same modules under the same names (cmdpolicy-config.cmake.in).
set(CMDPOLICY_DEPENDENCIES PkgConfig::CMDPOLICY_PCRE2 PkgConfig::CMDPOLICY_YAML PkgConfig::CMDPOLICY_MD)

# cmdpolicy_archive(OUT ARCHIVE PREFIX FALLBACK): the static archive of a dependency, or else FALLBACK, with a message.
# Programs that start for every command of an agent take the archives: a process that loads three shared objects more
# needs a fifth more time to start.
function(cmdpolicy_archive out archive prefix fallback)
    find_library(CMDPOLICY_ARCHIVE_${archive} NAMES ${archive} HINTS ${${prefix}_LIBRARY_DIRS} ${${prefix}_LIBDIR})
    mark_as_advanced(CMDPOLICY_ARCHIVE_${archive})
    if(CMDPOLICY_ARCHIVE_${archive})
        set(${out} "${CMDPOLICY_ARCHIVE_${archive}}" PARENT_SCOPE)
    else()
        message(STATUS "No ${archive} found: the programs link the shared library instead and start a little slower")
        set(${out} ${fallback} PARENT_SCOPE)
    endif()
endfunction()
