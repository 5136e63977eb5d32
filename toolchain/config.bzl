# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Debian's riscv64-linux-gnu GCC as a Bazel toolchain, one for each domain of the machine."""

load("@bazel_tools//tools/cpp:unix_cc_toolchain_config.bzl", "cc_toolchain_config")

_PREFIX = "/usr/bin/riscv64-linux-gnu-"
_TOOLS = ["gcc", "ld", "ar", "cpp", "gcov", "nm", "objcopy", "objdump", "strip", "dwp"]

# The second compiler sees all code too, but only to warn: what is shipped is GCC's.
_CLANG = "/usr/bin/clang-19"
_CLANG_FLAGS = ["--target=riscv64-linux-gnu", "-Wthread-safety", "-Werror=thread-safety"]
_CLANG_INCLUDES = ["/usr/lib/llvm-19/lib/clang/19/include", "/usr/lib/gcc-cross/riscv64-linux-gnu/12"]
_CLANG_LINK_FLAGS = ["--target=riscv64-linux-gnu", "-Wno-unused-command-line-argument"]

# Bazel stops with a KeyError when these are absent, and never runs them.
_ABSENT_TOOLS = ["llvm-cov", "llvm-profdata"]

_COMMON_FLAGS = [
    "-march=rv64gc_zba_zbb_zbs",
    "-mabi=lp64d",
    "-mcmodel=medany",
    "-fno-stack-protector",
    "-Wall",
    "-Wextra",
    "-Werror",
]

def riscv64_toolchain(name, compile_flags = [], gcc_flags = [], cxx_flags = [], link_flags = []):
    """Declares toolchains for the platform constraint //platforms:`name`: GCC's and Clang's."""
    _toolchain(name, name, "gcc", compile_flags + gcc_flags, cxx_flags, link_flags)
    _toolchain(name + "_clang", name, "clang", compile_flags, cxx_flags, link_flags)

def _toolchain(name, domain, compiler, compile_flags, cxx_flags, link_flags):
    clang = compiler == "clang"
    tools = {tool: _PREFIX + tool for tool in _TOOLS}
    tools.update({tool: "/bin/false" for tool in _ABSENT_TOOLS})
    if clang:
        tools["gcc"] = _CLANG
    cc_toolchain_config(
        name = name + "_config",
        abi_libc_version = "none",
        abi_version = "lp64d",
        compile_flags = (_CLANG_FLAGS if clang else []) + _COMMON_FLAGS + compile_flags,
        compiler = compiler,
        coverage_compile_flags = [],
        coverage_link_flags = [],
        cpu = "riscv64",
        cxx_builtin_include_directories = [
            "/usr/riscv64-linux-gnu/include",
            "/usr/lib/gcc-cross/riscv64-linux-gnu/12/include",
        ] + (_CLANG_INCLUDES if clang else []),
        cxx_flags = ["-std=c++20"] + cxx_flags,
        # Without tail calls every co_await would eat stack: see -Og's missing half.
        dbg_compile_flags = ["-g", "-Og", "-foptimize-sibling-calls", "-Wno-maybe-uninitialized", "-DSIROCCO_KASSERT=1"],
        host_system_name = "local",
        link_flags = (_CLANG_LINK_FLAGS if clang else []) + [
            "-nostdlib",
            "-nostartfiles",
            "-Wl,--build-id=none",
            "-Wl,--gc-sections",
            "-Wl,-z,max-page-size=4096",
            "-Wl,-z,noexecstack",
        ] + link_flags,
        link_libs = ["-lgcc"],
        opt_compile_flags = ["-g", "-O2", "-ffunction-sections", "-fdata-sections"],
        supports_start_end_lib = False,
        target_libc = "none",
        target_system_name = "riscv64-" + domain,
        tool_paths = tools,
        toolchain_identifier = "riscv64_" + name,
    )
    native.filegroup(name = name + "_empty")
    native.cc_toolchain(
        name = name + "_cc",
        all_files = name + "_empty",
        ar_files = name + "_empty",
        as_files = name + "_empty",
        compiler_files = name + "_empty",
        dwp_files = name + "_empty",
        linker_files = name + "_empty",
        objcopy_files = name + "_empty",
        strip_files = name + "_empty",
        toolchain_config = name + "_config",
        toolchain_identifier = "riscv64_" + name,
    )
    native.toolchain(
        name = name,
        target_compatible_with = [
            "@platforms//cpu:riscv64",
            "@platforms//os:none",
            "//platforms:" + domain,
            "//platforms:" + compiler,
        ],
        toolchain = name + "_cc",
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
