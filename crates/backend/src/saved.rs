//! The whole cloud as one file: a snapshot record of the journal's format, checksummed like every other.

use sandbox_core::{Error, State};
use sandbox_store::record::{self, RecordKind};

use crate::cloud::Cloud;
use crate::service::WHOLE_CLOUD_CEILING_BYTES;
use crate::trees::Trees;

impl Cloud {
    /// The whole cloud as one file.
    pub(crate) fn export(&self) -> Result<Vec<u8>, Error> {
        if self.used_bytes() > WHOLE_CLOUD_CEILING_BYTES {
            let problem =
                format!("a cloud of over {WHOLE_CLOUD_CEILING_BYTES} bytes cannot be saved as one file");
            return Err(Error::StorageFull { problem });
        }
        let snapshot = self.trees().snapshot(self.state(), || {});
        let payload = postcard::to_stdvec(&snapshot).expect("a snapshot serialises");
        Ok(record::encode(RecordKind::Snapshot, 0, 0, &payload))
    }

    /// Replaces the cloud by that of a file. The file is read whole before anything is touched.
    pub(crate) fn import(&mut self, file: &[u8]) -> Result<(), Error> {
        let invalid = |problem: String| Error::InvalidStateFile { problem };
        let record = record::decode(file).map_err(|error| invalid(error.to_string()))?;
        if record.kind != RecordKind::Snapshot {
            return Err(invalid("it is a part of a journal, not a whole cloud".into()));
        }
        let snapshot = postcard::from_bytes(record.payload).map_err(|error| invalid(error.to_string()))?;
        let (state, trees) =
            Trees::restore(snapshot, self.log(), &|_| None).map_err(|error| invalid(error.to_string()))?;
        if let Some(misfit) = trees.misfit(&state) {
            return Err(invalid(misfit));
        }
        self.replace(state, trees);
        Ok(())
    }

    /// Ends every sandbox and deletes every volume.
    pub(crate) fn empty(&mut self) {
        self.replace(State::default(), Trees::default());
    }
}
