using System.Diagnostics.CodeAnalysis;
using System.Xml;
using System.Xml.Linq;
using Azure;
using Azure.Core;

namespace BillingFunctions.Local.Storage;

/// <summary>Reads the error of blobs and queues: a header, and <c>&lt;Error&gt;&lt;Code&gt;…&lt;Message&gt;…</c> where there is a body.</summary>
internal sealed class StorageErrorParser : RequestFailedDetailsParser
{
    public static StorageErrorParser Instance { get; } = new();

    public override bool TryParse(
        Response response,
        [NotNullWhen(true)] out ResponseError? error,
        [NotNullWhen(true)] out IDictionary<string, string>? data)
    {
        data = new Dictionary<string, string>(StringComparer.Ordinal);
        var body = Body(response);
        var code = response.Headers.TryGetValue("x-ms-error-code", out var header) ? header : body?.Element("Code")?.Value;
        error = code is null ? null : new ResponseError(code, body?.Element("Message")?.Value);
        return error is not null;
    }

    private static XElement? Body(Response response)
    {
        if (response.ContentStream is not MemoryStream { Length: > 0 } stream)
        {
            return null;
        }

        try
        {
            stream.Position = 0;
            return XElement.Load(stream);
        }
        catch (XmlException)
        {
            // Not the service's own words, as from a proxy: the status and headers have to do.
            return null;
        }
        finally
        {
            stream.Position = 0;
        }
    }
}
