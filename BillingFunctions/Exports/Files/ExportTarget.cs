using System.Buffers;
using System.Text.RegularExpressions;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Exports.Files;

/// <summary>A <c>target_directory</c>: <c>container</c> or <c>container/prefix</c>.</summary>
internal sealed partial record ExportTarget(string Container, string Prefix)
{
    /// <summary>A blob's name may have 1,024 characters; the manifest's is longer than the file's.</summary>
    private const int MaxPrefix = 512;
    private const int MaxFileName = 200;

    /// <summary>Characters that a file's name cannot have on Windows.</summary>
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("<>:\"|?*");

    /// <summary>Beside each file lies its manifest.</summary>
    public const string ManifestSuffix = ".manifest.json";

    /// <summary>The parts of a well-formed directory; null when <paramref name="errors"/> says what is wrong.</summary>
    public static ExportTarget? Parse(string? directory, FieldErrors errors)
    {
        if (Refusal(directory) is { } refusal)
        {
            errors.Add("target_directory", refusal);
            return null;
        }

        var parts = directory!.TrimEnd('/').Split('/', 2);
        return new ExportTarget(parts[0], parts.Length == 2 ? parts[1] : "");
    }

    public static void CheckFileName(string name, FieldErrors errors)
    {
        var refusal = name.Length is 0 or > MaxFileName ? $"The value must have 1 to {MaxFileName} characters."
            : name.Contains('/') || name.Contains('\\') ? "The value must be a name without a directory; the directory belongs in target_directory."
            : name.EndsWith(ManifestSuffix, StringComparison.OrdinalIgnoreCase) ? $"Names ending in {ManifestSuffix} are reserved."
            : SegmentRefusal(name);
        if (refusal is not null)
        {
            errors.Add("file_name", refusal);
        }
    }

    private static string? Refusal(string? directory)
    {
        if (string.IsNullOrEmpty(directory))
        {
            return "Required: a container, or container/prefix, such as exports/2026.";
        }

        if (directory.Contains('\\'))
        {
            return "Directories are separated by /, backslashes are not allowed.";
        }

        if (directory[0] == '/' || directory.Contains(':'))
        {
            return "The value must be a relative path that starts with the container, such as exports/2026.";
        }

        var segments = directory.TrimEnd('/').Split('/');
        return ContainerRefusal(segments[0])
            ?? segments.Skip(1).Select(SegmentRefusal).FirstOrDefault(refusal => refusal is not null)
            ?? (directory.Length > MaxPrefix ? $"The value must have at most {MaxPrefix} characters." : null);
    }

    private static string? ContainerRefusal(string container) =>
        container.StartsWith('$') || container.StartsWith("azure-webjobs-", StringComparison.Ordinal) ? $"The container '{container}' is reserved."
        : !ContainerName().IsMatch(container) ? "A container's name has 3 to 63 lower-case letters, digits and single hyphens, and starts and ends with a letter or digit."
        : null;

    private static string? SegmentRefusal(string segment) =>
        segment.Length == 0 ? "Empty parts are not allowed."
        : segment is "." or ".." ? "The parts . and .. are not allowed."
        : segment.Any(char.IsControl) ? "Control characters are not allowed."
        : segment[^1] is '.' or ' ' || segment[0] == ' ' ? "Parts may not start with a space or end in a space or dot."
        : segment.AsSpan().ContainsAny(Unsafe) ? "The characters < > : \" | ? * are not allowed."
        : DeviceName().IsMatch(segment) ? $"The name '{segment}' is reserved."
        : null;

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContainerName();

    /// <summary>Names that a file cannot have on the Windows machine it may be downloaded to.</summary>
    [GeneratedRegex(@"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeviceName();
}
