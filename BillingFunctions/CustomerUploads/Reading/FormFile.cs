using BillingFunctions.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>The file of a form, which must have nothing else: whatever would not be used is refused by its name, before or behind the file.</summary>
internal sealed class FormFile : OneWayStream
{
    private const int MaxName = 255;

    private readonly MultipartReader _form;
    private readonly Stream _content;

    private FormFile(MultipartReader form, Stream content, string? name) => (_form, _content, Name) = (form, content, name);

    /// <summary>As its sender calls it, without a directory; null if that is not said.</summary>
    public string? Name { get; }

    /// <exception cref="BadHttpRequestException">400: the form is empty.</exception>
    /// <exception cref="UploadRefusedException">It begins with something else.</exception>
    public static async Task<FormFile> OpenAsync(Stream body, string boundary, CancellationToken cancellationToken)
    {
        var form = new MultipartReader(boundary, new ClosedForm(body, boundary));
        var part = await form.ReadNextSectionAsync(cancellationToken) ?? throw new BadHttpRequestException("The form has no file.");
        return FileNameOf(part) is { } name ? new FormFile(form, part.Body, name.Length == 0 ? null : name) : throw FieldRefused(part);
    }

    /// <exception cref="UploadRefusedException">The file ends, and the form does not.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _content.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0 && await _form.ReadNextSectionAsync(cancellationToken) is { } next)
        {
            throw FileNameOf(next) is { } name
                ? new UploadRefusedException($"The form has another file, '{name}'. Send each file in a request of its own.")
                : FieldRefused(next);
        }

        return count;
    }

    private static UploadRefusedException FieldRefused(MultipartSection part) => new(
        "Fields of a form are not read: send the file alone. For a dry run, add ?dry_run=true to the address.",
        part.GetContentDispositionHeader()?.Name is { Length: > 0 } name ? ShortText.Of(HeaderUtilities.RemoveQuotes(name).ToString(), MaxName) : "form");

    /// <summary>Empty when the file has no name, null when the part is not a file.</summary>
    private static string? FileNameOf(MultipartSection part)
    {
        if (part.GetContentDispositionHeader() is not { } disposition || !disposition.IsFileDisposition())
        {
            return null;
        }

        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return ShortText.Of(name.ToString().Split('/', '\\')[^1].Trim(), MaxName);
    }
}
