using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>Requests for which it is an answer that a blob, or its container, is not there.</summary>
internal static class Existence
{
    public static Task<Response<bool>> OfAsync(BlobConnection connection, HttpMessage message, CancellationToken cancellationToken) =>
        OfAsync(connection, message, 200, cancellationToken);

    /// <returns>True with the expected status, false if it is not there.</returns>
    public static async Task<Response<bool>> OfAsync(
        BlobConnection connection,
        HttpMessage message,
        int expected,
        CancellationToken cancellationToken)
    {
        try
        {
            return Response.FromValue(true, await connection.SendAsync(message, expected, cancellationToken));
        }
        catch (RequestFailedException exception) when (IsMissing(exception) && exception.GetRawResponse() is { } response)
        {
            return Response.FromValue(false, response);
        }
    }

    private static bool IsMissing(RequestFailedException exception) =>
        exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound;
}
