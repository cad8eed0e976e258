using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.CustomerUploads;

/// <summary><c>POST /api/uploads/customers</c>: takes the file in, and has it ingested.</summary>
public sealed class UploadCustomersFunction(ReceiveUpload receive, RegisterUpload register)
{
    private const string DryRun = "dry_run";

    /// <summary>What a form puts around a file.</summary>
    private const long FormBytes = 64 * 1024;

    /// <summary>Takes in a CSV file of customers, which is then ingested.</summary>
    /// <remarks>Up to 200 MB; UTF-8, or UTF-16 with a mark; separated by commas, semicolons or tabs. The first line names the columns: <c>id</c> and <c>email</c> are required. A body of another kind is refused with 415.</remarks>
    [Function(nameof(UploadCustomersFunction))]
    [OperatorAction]
    [Idempotent]
    [QueryParameter<bool>("dry_run", "Whether the file is only checked; false if it is not given.")]
    [Consumes(typeof(string), "text/csv", "multipart/form-data")]
    [ProducesResponseType<AcceptedUpload>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/uploads/customers")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, DryRun);
        var isDryRun = QueryParameters.ReadFlag(request, DryRun, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        AllowSize(request);
        try
        {
            var file = await receive.StoreAsync(await UploadBody.OpenAsync(request, cancellationToken), cancellationToken);
            return await register.RunAsync(request, file, isDryRun, cancellationToken);
        }
        catch (UploadRefusedException refusal)
        {
            return Problems.Unprocessable("The file was refused as a whole; nothing was changed.", new FieldErrors().Add(refusal.Part, refusal.Message));
        }
        catch (Exception cut) when (cut is InvalidDataException || (cut is IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException("The form is not well-formed, or ends too early.", cut);
        }
    }

    /// <summary>The server's own limit is lower. A Functions host in front has yet another: FUNCTIONS_REQUEST_BODY_SIZE_LIMIT.</summary>
    private static void AllowSize(HttpRequest request)
    {
        if (request.ContentLength > ReceiveUpload.MaxBytes + FormBytes)
        {
            throw MeteredBody.TooLarge(ReceiveUpload.MaxBytes);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = ReceiveUpload.MaxBytes + FormBytes;
        }
    }
}
