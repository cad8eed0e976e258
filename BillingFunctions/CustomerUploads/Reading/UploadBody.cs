using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BillingFunctions.CustomerUploads.Reading;

/// <summary>The file in a request.</summary>
/// <param name="Content">Comes as it is read.</param>
/// <param name="Name">As its sender calls it, if that is said.</param>
internal sealed record UploadBody(Stream Content, string? Name)
{
    private const int MaxBoundary = 200;

    private static readonly string[] Types = ["text/csv", "application/csv"];

    /// <summary>Finds it: the body itself, or the file of a form.</summary>
    /// <exception cref="BadHttpRequestException">There is none (400), or the body is of another kind (415).</exception>
    /// <exception cref="UploadRefusedException">The form has something else than the file. Reading the file throws it too, at its end.</exception>
    public static async Task<UploadBody> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var isType = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (isType && Types.Contains(type!.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            return new UploadBody(request.Body, null);
        }

        return isType && type!.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? await OpenFormAsync(request.Body, HeaderUtilities.RemoveQuotes(type.Boundary).Value, cancellationToken)
            : throw new BadHttpRequestException("The body must be text/csv, or multipart/form-data with a file.", StatusCodes.Status415UnsupportedMediaType);
    }

    private static async Task<UploadBody> OpenFormAsync(Stream body, string? boundary, CancellationToken cancellationToken)
    {
        if (boundary is not { Length: > 0 and <= MaxBoundary })
        {
            throw new BadHttpRequestException($"multipart/form-data needs a boundary of 1 to {MaxBoundary} characters.");
        }

        var file = await FormFile.OpenAsync(body, boundary, cancellationToken);
        return new UploadBody(file, file.Name);
    }
}
