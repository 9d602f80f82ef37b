using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;

namespace Onboarding.Endpoint.Hosting;

/// <summary>
/// Serves a repository of packages, anonymously and as it is. The endpoint has no key for it: what apt and dnf install was signed where the
/// directory was made, and one that is taken over can't make a package that they take.
/// </summary>
internal static class PackageFiles
{
    // What build/packages.sh makes. Nothing else below the directory has an address.
    private static readonly string[] Served = ["/apt", "/install", "/install.sh", "/key.asc", "/nuget", "/yum"];

    /// <summary>Serves the files of a directory.</summary>
    /// <param name="app">The endpoint.</param>
    /// <param name="directory">The directory.</param>
    public static void Serve(WebApplication app, string directory)
    {
        var provider = new OwnFiles(Path.GetFullPath(directory));
        app.Lifetime.ApplicationStopped.Register(provider.Dispose);
        app.UseWhen(
            http => Served.Any(place => http.Request.Path.StartsWithSegments(place, StringComparison.Ordinal)),
            files =>
            {
                files.UseDefaultFiles(new DefaultFilesOptions { FileProvider = provider });
                files.UseStaticFiles(new StaticFileOptions
                {
                    FileProvider = provider,
                    ServeUnknownFileTypes = true,
                    DefaultContentType = "application/octet-stream",
                    ContentTypeProvider = new FileExtensionContentTypeProvider(
                        new Dictionary<string, string>(StringComparer.Ordinal) { [".html"] = "text/html; charset=utf-8", [".sh"] = "text/plain; charset=utf-8", [".asc"] = "text/plain", [".json"] = "application/json" }),
                    // A proxy that keeps yesterday's list beside today's signature breaks apt.
                    OnPrepareResponse = answer => answer.Context.Response.Headers.CacheControl = "no-cache",
                });
            });
    }

    /// <summary>The files below a directory that are no links: a link in a volume must not give out what lies outside of it.</summary>
    private sealed class OwnFiles(string root) : IFileProvider, IDisposable
    {
        private readonly PhysicalFileProvider _files = new(root, ExclusionFilters.Sensitive);

        public void Dispose() => _files.Dispose();

        public IDirectoryContents GetDirectoryContents(string subpath) =>
            LeadsOut(subpath) ? NotFoundDirectoryContents.Singleton : _files.GetDirectoryContents(subpath);

        public IFileInfo GetFileInfo(string subpath) => LeadsOut(subpath) ? new NotFoundFileInfo(subpath) : _files.GetFileInfo(subpath);

        public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

        private bool LeadsOut(string subpath)
        {
            string path = root;
            foreach (string name in subpath.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                path = Path.Combine(path, name);
                if (name == ".." || new FileInfo(path).LinkTarget is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
