# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Fetches the upstream sources of a Debian source package, with apt and as any user.

The upstream tarball is pinned by its hash. The Debian revision floats: a point release may replace
it, and the mirror then drops the old one; we use none of its patches. Nothing of the system's
package state is read but the mirror's address, and nothing is written.
"""

_NO_MIRROR = """
debian_source: apt knows no package mirror, so '{package}' cannot be fetched.
Add a Debian mirror to /etc/apt/sources.list and run `apt-get update`, or set DEB_MIRROR."""

_NO_APT = """
debian_source: '{tool}' was not found. '{package}' comes from Debian's source packages:
`apt-get install apt xz-utils`, or build on Debian."""

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

def _run(ctx, arguments, what, environment = {}):
    result = ctx.execute(arguments, environment = environment, timeout = 300)
    if result.return_code != 0:
        fail("debian_source: {} of '{}' failed ({}):\n{}{}".format(
            what,
            ctx.attr.package,
            result.return_code,
            result.stdout,
            result.stderr,
        ))
    return result.stdout

def _tool(ctx, name):
    path = ctx.which(name)
    if not path:
        fail(_NO_APT.format(tool = name, package = ctx.attr.package))
    return str(path)

def _mirror(ctx):
    """The mirror of the system's own binary packages: it serves the sources beside them."""
    if ctx.os.environ.get("DEB_MIRROR"):
        return ctx.os.environ["DEB_MIRROR"]
    query = [_tool(ctx, "apt-get"), "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]

    # Before the first `apt-get update` apt does not know which release a source line is of.
    for release in [["Codename: " + ctx.attr.release], []]:
        lines = _run(ctx, query + release, "the look-up of a mirror").splitlines()
        if lines:
            return lines[0]
    fail(_NO_MIRROR.format(package = ctx.attr.package))

def _apt_options(ctx, root):
    """An apt of its own below `root`: its sources, lists and cache, no privileges to drop."""
    for folder in ["lists/partial", "cache/archives/partial"]:
        _run(ctx, [_tool(ctx, "mkdir"), "-p", root + "/" + folder], "making folders")
    ctx.file("apt/sources.list", "deb-src [signed-by={}] {} {} main\n".format(
        _KEYRING,
        _mirror(ctx),
        ctx.attr.release,
    ), executable = False)
    settings = {
        "APT::Sandbox::User": "",
        "Dir::Cache": root + "/cache",
        "Dir::Etc::sourcelist": root + "/sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": root + "/lists",
    }
    options = []
    for name, value in settings.items():
        options += ["-o", name + "=" + value]
    return options

def _unpack(ctx, archive):
    digest = _run(ctx, [_tool(ctx, "sha256sum"), archive], "hashing").split(" ")[0]
    if digest != ctx.attr.sha256:
        fail("debian_source: {} has SHA-256 {}, not the pinned {}. A new upstream version?".format(
            archive,
            digest,
            ctx.attr.sha256,
        ))
    _run(
        ctx,
        [_tool(ctx, "tar"), "-xf", archive, "--strip-components=1", "--no-same-owner"],
        "unpacking",
    )

def _debian_source_impl(ctx):
    root = str(ctx.path("apt"))
    apt = [_tool(ctx, "apt-get")] + _apt_options(ctx, root)

    # `update` succeeds even if it fetched nothing; then `source` names what is missing.
    _run(ctx, apt + ["update", "-qq"], "updating the source index")
    ctx.file("apt/files/.keep", "", executable = False)
    _run(
        ctx,
        [_tool(ctx, "sh"), "-c", 'cd "$1" && shift && exec "$@"', "sh", root + "/files"] +
        apt + ["source", "-qq", "--download-only", ctx.attr.package],
        "downloading the source package",
    )
    found = [
        str(path)
        for path in ctx.path("apt/files").readdir()
        if ".orig.tar." in path.basename and not path.basename.endswith(".asc")
    ]
    if len(found) != 1:
        fail("debian_source: '{}' has {} upstream tarballs, want one".format(
            ctx.attr.package,
            len(found),
        ))
    _unpack(ctx, found[0])
    _run(ctx, [_tool(ctx, "rm"), "-rf", root], "cleaning up")
    for command in ctx.attr.patch_cmds:
        _run(ctx, [_tool(ctx, "sh"), "-euc", command], "patching")
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    ctx.file("WORKSPACE", "workspace(name = \"{}\")\n".format(ctx.name), executable = False)

debian_source = repository_rule(
    implementation = _debian_source_impl,
    doc = "The upstream source tree of a Debian source package. Needs the network once.",
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "package": attr.string(mandatory = True, doc = "The source package, without a version."),
        "patch_cmds": attr.string_list(doc = "Shell commands run in the unpacked tree."),
        "release": attr.string(default = "bookworm", doc = "The Debian release's code name."),
        "sha256": attr.string(mandatory = True, doc = "Of the *.orig.tar.* file."),
    },
    environ = ["DEB_MIRROR"],
)
